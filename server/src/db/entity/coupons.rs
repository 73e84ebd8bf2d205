use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "coupons")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub retailer_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub coupon_id: String,
    pub campaign_id: String,
    pub prize_id: String,
    pub store_id: String,
    pub shopper_id: String,
    pub draw_id: String,
    pub code: String,
    pub value_yen: i64,
    pub min_purchase_yen: i64,
    pub status: String,
    pub uses: i32,
    pub issued_at: i64,
    pub valid_until: i64,
    pub redeemed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
