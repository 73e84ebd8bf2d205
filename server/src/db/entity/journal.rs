use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "journal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub retailer_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: String,
    pub campaign_id: String,
    pub coupon_id: Option<String>,
    pub redemption_id: Option<String>,
    pub step: Option<i32>,
    pub kind: String,
    pub available_yen: i64,
    pub reserved_yen: i64,
    pub spent_yen: i64,
    pub account_id: Option<String>,
    pub entered_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
