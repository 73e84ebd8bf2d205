use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "redemptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub retailer_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub redemption_id: String,
    pub coupon_id: String,
    pub campaign_id: String,
    pub store_id: String,
    pub shopper_id: String,
    pub account_id: String,
    pub use_number: i32,
    pub value_yen: i64,
    pub cost_yen: i64,
    pub basket_yen: Option<i64>,
    pub redeemed_at: i64,
    pub day: i32,
    pub reversed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
